"""What is fast, and how fast, measured beside a calibration site in the same run (``python -m bench``, ``make bench``).

A figure in milliseconds says more about the machine and its neighbours than about the program; a ratio to another page
that was measured in the same minute says something. So each round asks every site in turn, and the medians of the
rounds are compared. Processor time is the steadier of the two figures, where others use the machine as well.

``calibration/`` a bare Django site · ``details/`` Troth with one page twice, sealed and plain · ``members/`` Troth with
many clients · ``population``, ``veteran`` those clients · ``sites``, ``worker`` one process a site · ``served`` the
whole program over TLS · ``measures`` what is measured and what was promised of it · ``report`` the table.
"""
