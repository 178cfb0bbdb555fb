"""What the chat costs on AWS: measured use times list prices, at several numbers of chats a day."""
