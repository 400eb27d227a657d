"""The pages: staff's lists and one parcel, and the client's page of an address."""
