"""Our books beside those of the card processor: compared to the cent each day, mended where news was lost."""
