"""The pages of the help desk: the visitor's and client's, and the console's."""
