"""What a survey asks: its schema, how it is read and judged, and what an answer to it may be."""
