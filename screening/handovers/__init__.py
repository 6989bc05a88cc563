"""What is handed over to the next teacher (skollagen 3:4 b) and the next school (3:12 j)."""
