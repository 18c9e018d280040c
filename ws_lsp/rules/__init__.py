"""What is said of a workspace's files: one module for each family, one function for each code."""
