"""The pages: what is sold, the basket, the order, and the console's."""
