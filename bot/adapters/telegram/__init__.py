"""Telegram, through the Bot API."""

from bot.adapters.telegram.adapter import TelegramAdapter
from bot.adapters.telegram.webhook import WebhookSettings

__all__ = ["TelegramAdapter", "WebhookSettings"]
