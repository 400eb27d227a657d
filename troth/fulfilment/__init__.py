"""Parcels: what of an order is packed, where it goes, and where it is.

Owns the parcels of orders with their lines and steps, the packing slip and the label, staff's lists of them, the news
that the carrier sends, and the client's page on which an address is mended. An address is opened from the order's own
contact when the label is made, and is copied into no table here.

Serves: C1 and C2 (shipment with tracking), C3 (an address that cannot be delivered to, a parcel that came back or was
lost: the client is told, and what to do), E1 and E3 (the carrier receives what the label needs), A9 (a returned parcel
marks the address as doubtful, and its owner is asked), A13 (a parcel waits with a reason).
"""
