"""The portal's views: each translates the address, asks the domain once, and fills a template."""
