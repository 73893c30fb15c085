"""The pages of staff: whom to look at first, one resident, one session, plans, the site."""
