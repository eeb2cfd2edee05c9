"""A person's own roster fetched from the address of its calendar, where the operator allows it (ROSTER_FEEDS).

`addresses` what an address may be and where it may lead · `door` the one way out · `reading` a calendar into working time ·
`refreshing` looking, asking, fetching · `tasks` the worker · `troubles` what went wrong, in words · `forms`, `views` the page.
"""
