"""A shop's endpoint that answers what it is told to, or raises it."""


class ScriptedCalls:
    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def call(self, call, values, timeout_s):
        self.asked.append((call.target, dict(values), timeout_s))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer
