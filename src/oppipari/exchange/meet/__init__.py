"""`oppipari meet`: a plan and rosters in, times for everybody's meetings out."""
