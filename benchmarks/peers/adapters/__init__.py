"""A program for each client: it opens the client, and gets or lists objects on command."""
