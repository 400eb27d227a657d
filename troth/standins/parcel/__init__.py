"""An invented parcel carrier, which speaks the part of EasyPost's interface that this house uses. No parcel moves.

``parcels`` what a call does · ``labels`` the label as PDF · ``pages`` what people see · ``company`` all of it, as one
program. Beyond EasyPost, it deletes a shipment or an address when asked (``DELETE /v2/shipments/:id``,
``/v2/addresses/:id``): a carrier that this house hires must, or be registered with a dated exception.
"""
