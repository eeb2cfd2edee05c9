"""`oppipari release`: answers in spreadsheets in, the figures that expose nobody out."""
