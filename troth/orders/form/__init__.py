"""The checks of the order form and of what is kept of an order (C1, C2, A13): what is asked, and what never comes here.

``canary`` orders as an invented client, and undoes it.
"""
