"""Pure decisions of ratings: who rates what until when, and how a bad rating is followed up."""
