"""Scripts that rebuild the picture sets of the result pages from public packages."""
