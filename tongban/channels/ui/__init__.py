"""The design system all channels share: base page, components, language, error pages."""
