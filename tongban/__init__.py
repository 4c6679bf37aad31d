"""tongban (通办): the open platform on which a city serves its people through one door."""

__version__ = "0.1.0"
