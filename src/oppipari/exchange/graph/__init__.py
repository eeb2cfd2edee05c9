"""Teams links by Microsoft Graph: an event in the installation's own calendar for each agreed meeting on Teams.

`connection` where Microsoft is and as whom · `door` the one way out · `tokens` signing in · `events` what Graph is asked
for · `linking` a meeting's link from wanted to there or gone · `removing` what is left of deleted meetings · `tasks` the worker · `command` the command line.
"""
