"""The example initiative: invented people and scores, told as data and drawn by lot from a seed."""
