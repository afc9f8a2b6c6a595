"""whatis-bot: learn AI in the chat you already use."""
