"""AnswerFunction: answers and feedback on them."""
