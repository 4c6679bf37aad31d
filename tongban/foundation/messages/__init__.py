"""What the office tells people: in their inbox on the site, by mail and by SMS; each kept with every attempt.

A template is registered by the package whose matter it is, in Chinese with its translation. Addresses come from
whoever knows them (identity), through a registry too: this package knows neither people nor cases.
"""
