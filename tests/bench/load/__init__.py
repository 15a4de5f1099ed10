"""``make bench``: this assistant and a stock Rasa assistant under the same load on the same machine."""
