"""The copy of everything for the client: one JSON with a published schema, CSVs, a page to read, and the files.

Made in memory, sent as it is made, and never left on a disk. It leaves out what would harm the client by lying in a
folder of downloads (secrets of second factors), and names what the law withholds.
"""
