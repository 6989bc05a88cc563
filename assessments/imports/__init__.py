"""The history of files that were taken in, and the way back from one."""
