"""`oppipari serve | demo | pair`: the command line."""
