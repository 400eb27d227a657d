"""The pages of this room: a client's, the console's, everybody's."""
