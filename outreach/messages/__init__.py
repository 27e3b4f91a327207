"""Mail: written in the transaction of the act it tells about, sent later."""
