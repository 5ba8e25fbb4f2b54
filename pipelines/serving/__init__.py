"""One decision at a time over HTTP, by the bundle and the check of a batch.

The only importer of fastapi and uvicorn.
"""
