"""Tables and frames to files, one file a format; the same input gives the same bytes everywhere."""
