"""`oppipari release`: answers in spreadsheets in, the figures that may be shown out."""
