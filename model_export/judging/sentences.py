"""Texts to judge closeness by: what shoppers type and shops write, from one word to a page."""

QUERIES = (
    "socks",
    "espresso",
    "red dress",
    "usb c cable 2m",
    "gift for a runner",
    "waterproof hiking boots",
    "lamp for reading in bed",
    "shoes like the ones I bought last spring",
    "something warm to wear under a rain jacket",
    "how long does delivery to Norway take?",
    "Can I send it back after I opened the box?",
    "where is my order",
    "do you have this in size 42",
    "is the kettle dishwasher safe?",
    "My discount code does not work at checkout.",
    "The screen arrived cracked and I would like a replacement.",
)

SENTENCES = (
    "Orders placed before noon leave our warehouse on the same working day.",
    "You can return any unused item within thirty days, free of charge.",
    "A stainless steel bottle that keeps drinks cold for a day and hot for twelve hours.",
    "Soft merino wool, knitted in one piece, with flat seams that do not rub.",
    "This mattress is delivered rolled up; let it rest for a day before you sleep on it.",
    "The battery lasts about eight hours with the screen at half its brightness.",
    "A man is playing a guitar on a stage.",
    "The central bank left its interest rate unchanged on Thursday.",
    "Photosynthesis turns light, water and carbon dioxide into sugar and oxygen.",
    "She parked the old van behind the bakery and waited for the rain to stop.",
    "We never share your address with anybody but the carrier.",
    "ERROR 0x80070057: the parameter is incorrect",
)

_TENT = (
    "A light tent for two people and three seasons. The poles are colour coded and the inner "
    "tent hangs from them, so that one person can pitch it in about five minutes. "
)
_RETURNS = (
    "If something is wrong with your order, write to us within fourteen days of its arrival. "
    "Tell us the order number and add a photograph of the damage; we send a label for the "
    "return, and the money goes back to the card you paid with within five working days. "
)
_COFFEE = (
    "Grind the beans just before brewing, about as fine as table salt. Heat the water to "
    "ninety-four degrees, wet the filter, and pour slowly in circles for three minutes. "
)

PARAGRAPHS = (
    _TENT,
    _RETURNS,
    _COFFEE,
    _TENT + "The floor stands a water column of five metres, and the whole weighs 1.9 kg packed.",
    _RETURNS + "Goods made to measure and opened cosmetics cannot be returned.",
    _COFFEE + _TENT,
    _TENT + _RETURNS + _COFFEE,
    (_RETURNS + _COFFEE) * 3,
)

TEXTS = QUERIES + SENTENCES + PARAGRAPHS
