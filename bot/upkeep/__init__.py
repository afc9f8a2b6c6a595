"""What an owner does now and then: look at the numbers, back up, restore, work records out anew."""
