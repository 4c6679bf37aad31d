"""Pure rules of feeds: what may be published, what may leave, how it is written, when it is tried again."""
