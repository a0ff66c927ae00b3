"""Whether a customer ends the conversation."""

from concierge.answering.phrases import Phrases, lines

_ENDING = """
bye|byebye|bye bye|goodbye|good bye|see you|see ya|cya|see you later|see you soon|talk to you later|ttyl|until next time|farewell|so long|ciao|good night|take care|have a nice day|have a good day|have a great day|have a good one|have a lovely day|have a nice evening|bye for now|goodnight
|that's all|that is all|thats all|that's it|that is it|that's everything|that was everything|that was all|that will be all|that'll be all|that would be all|that's enough|that answers everything|that's all i needed|that's all i wanted|that's all i wanted to know|that's all folks|nothing else|nothing more|no more questions|no further questions|i have no more questions|i have no further questions|no other questions|i'm done|i am done|we're done|we are done|we're done here|all done|done|i'm all set|all set|we can end here|i'm good|i am good|all good|i'm fine|i'm fine now|all clear|no thanks|no thank you|not now|gotta go|i have to go|i have to go now|i must go|problem solved|you can close this|close the chat|close this chat|close chat|end chat|end the chat|end this chat|end the conversation|end conversation|end this conversation|finish the chat|stop chat|stop the chat|quit|exit|end|no that's all|no i'm good|it's fine now|it is solved
|再见|拜拜|拜|掰掰|再会|回头见|回见|下次见|下次再见|下次再聊|回聊|有空再聊|改天聊|晚安|祝你愉快|祝您愉快|祝生活愉快|88|886|撤了|我走了|我先走了|先走了|告辞|没有了|没了|没有别的问题了|没别的问题了|没有其他问题了|没其他问题了|没有其他问题|没有问题了|没问题了|没什么问题了|没有其他的了|没别的了|没有别的了|没事了|没别的事了|没有其他事了|没什么了|没什么事了|就这样|就这样吧|就这些|就这些了|这样就行|这样就好|先这样|先这样吧|不用了|不需要了|不必了|问完了|我问完了|不问了|不聊了|结束|结束对话|结束聊天|结束会话|关闭对话|关闭聊天|关闭聊天窗口|关闭窗口|可以结束了|退出|到此为止|到此为止吧|就到这里|就到这里吧|今天就到这|今天就到这里|完事了|搞定了|解决了|够了|暂时没有了|暂时没有问题了|暂时没别的问题|暂时没有别的问题|都清楚了|都明白了|不麻烦了
"""
_FILLER = """
ok|okay|thanks|thank you|thx|ty|cheers|many thanks|thanks a lot|thanks for your help|very much|so much|a lot|great|perfect|good|nice|cool|super|no|nope|nah|yes|yeah|well|so|and|then|please|for now|for today|now|today|everyone|you|the|goodness|good evening|everything|it|my friend|alright|sure|here
|好的|好|好了|好嘞|行|可以|嗯|哦|谢谢|谢谢你|谢谢您|多谢|感谢|非常感谢|那|就|吧|啦|了|啊|呀|哈|ok|明白了|知道了|辛苦了|都|我
"""
_PHRASES = Phrases({"filler": lines(_FILLER), "ending": lines(_ENDING)})


def ends_conversation(text: str) -> bool:
    """Tell whether a text ends the conversation and says nothing else.

    "That's all" and "no, thanks" answer the question whether there is anything else, too.
    """
    return "ending" in _PHRASES.covering(text)
