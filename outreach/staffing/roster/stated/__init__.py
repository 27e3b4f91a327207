"""When people say that they can come: the times kept, read and said by days, and asked for."""
