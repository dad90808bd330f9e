"""The client of this process, for blocking code."""

from scalingo_async.blocking import Client

# A user waits for the page, so no call may take long.
client = Client.from_env(max_wait=5, deadline=20)
