"""The promises, watched: controls run by schedule, their evidence and history, drills, and what a broken one closes.

Owns: the runs of every control with what it saw, the drills (each sabotage, and whether it was caught), the closures of
features, and the public page of the promises. It reads what the apps register at ``kernel.ports.controls`` and changes
nothing that it assesses.

Serves: A12 (continuous assessment, published), A13 (a broken critical promise closes what depends on it).
"""
