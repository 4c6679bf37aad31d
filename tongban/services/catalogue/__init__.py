"""The matters a city handles: items, situations, materials, guides, their versions, and finding them."""
