"""Answer a customer: from the shop's knowledge, by a flow, with products, or through a person.

Each way of answering is tried in its turn. A person who is asked for comes first and always;
what nothing fits goes to a person too.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import replace

from aws_lambda_powertools import Logger

from concierge.answering import knowing
from concierge.answering.asking import Question
from concierge.answering.asking_for_person import asks_for_person
from concierge.answering.conversation import Conversation, Conversations, Turn
from concierge.answering.desk import Desk
from concierge.answering.ending import ends_conversation
from concierge.answering.exchange import Exchange
from concierge.answering.finding import Finder
from concierge.answering.flows.state import FlowStep
from concierge.answering.handing_over import handed_over
from concierge.answering.open_questions import OpenQuestion, OpenQuestions
from concierge.answering.replies import Answer, Reply
from concierge.answering.shelf import NOTHING
from concierge.answering.small_talk import recognise
from concierge.answering.small_talk_replies import small_talk_reply
from concierge.answering.stock_phrases import phrase
from concierge.answering.wishes import Wish, wish_in
from concierge.errors import Unavailable, UnknownConversation, Warming
from concierge.language.detection import primary
from concierge.language.encoder import TextEncoder
from concierge.language.identification import identify
from concierge.retrieval.encoders import Encoders
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.live import Live

# As much of an answer as a transcript needs; the whole stands in the knowledge.
KEPT_CHARACTERS = 1_000

logger = Logger(child=True)


class Answerer:
    """Answers from what is in force and remembers the conversation."""

    def __init__(
        self,
        knowledge: Live[KnowledgeSnapshot],
        encoders: Encoders,
        conversations: Conversations,
        questions: OpenQuestions,
        desk: Desk,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._knowledge = knowledge
        self._encoders = encoders
        self._conversations = conversations
        self._questions = questions
        self._desk = desk
        self._clock = clock

    def answer(self, question: Question) -> Answer:
        """Return an answer, a question back, or a handoff where nothing is sure enough.

        Raises UnknownConversation where the question names one that expired or is another's.
        """
        knowledge = self._knowledge.get()
        encoder = self._encoders.get(knowledge.model)
        degraded: list[str] = []
        conversation = self._conversation(question, degraded)
        exchange = self._exchange(question, conversation, knowledge, encoder)
        if not encoder or exchange.language not in encoder.languages:
            degraded.insert(0, "semantic")
        reply = self._reply(exchange)
        answer = Answer(
            answer_id=f"{conversation.id}.{secrets.token_hex(4)}",
            conversation_id=conversation.id,
            reply=reply,
            language=exchange.language,
            findings=exchange.verdict.findings,
            degraded=(),
            knowledge_id=knowledge.id,
            model_id=encoder.model.id if encoder else None,
        )
        self._remember(exchange, answer, degraded)
        return replace(answer, degraded=tuple(dict.fromkeys((*degraded, *reply.degraded))))

    def _conversation(self, question: Question, degraded: list[str]) -> Conversation:
        """Return the conversation that goes on, or a new one."""
        new = Conversation(secrets.token_urlsafe(16), owner=question.owner)
        if not question.conversation_id:
            return new
        try:
            found = self._conversations.read(question.conversation_id)
        except Unavailable:
            degraded.append("conversation")
            return new
        if not question.may_go_on_with(found.owner):
            # Told as if it never was: who guesses an id learns nothing.
            raise UnknownConversation("this conversation expired or never was; begin a new one")
        return found

    def _exchange(
        self,
        question: Question,
        conversation: Conversation,
        knowledge: KnowledgeSnapshot,
        encoder: TextEncoder | None,
    ) -> Exchange:
        now = self._clock()
        # A number or a name says nothing of the language: the conversation goes on in its own.
        spoken = conversation.last.language if conversation.last else ""
        language = primary(question.language) or identify(question.text, default=spoken or "en")
        guard, thresholds = self._desk.guard(encoder), self._desk.thresholds(knowledge)
        return Exchange(
            question=question,
            verdict=guard.question(question.text, language),
            language=language,
            conversation=conversation,
            finder=Finder(knowledge, encoder, question.audience, now),
            thresholds=thresholds,
            guard=guard,
            dialogue=self._desk.dialogue(),
            now=now,
        )

    def _reply(self, exchange: Exchange) -> Reply:
        """Return the first reply that fits."""
        if asks_for_person(exchange.question.text, exchange.language):
            return handed_over(exchange, "asked_for")
        if exchange.verdict.blocked:
            refused = phrase("refused", exchange.language)
            return Reply(action="answer", topic="refusal", text=refused)
        step = self._next_step(exchange)
        if step and step.action != "aside":
            return _flow_reply(exchange, step)
        may_begin = step is None or step.state is None
        reply = self._worded(exchange, self._without_flow(exchange, may_begin=may_begin))
        if step and step.state and reply.action != "handoff":
            # What was asked in between is answered, and the flow's question stands.
            text = f"{reply.text}\n\n{step.text}"
            return replace(reply, text=text, flow=step.state, choices=step.choices)
        return reply

    def _next_step(self, exchange: Exchange) -> FlowStep | None:
        """Return the step of the flow that goes on, if one does."""
        before = exchange.before
        flows = self._desk.flows(exchange.dialogue, exchange.finder.encoder)
        if flows is None or before is None or before.flow is None:
            return None
        said = exchange.question.choice or exchange.question.text
        return flows.go_on(before.flow, said, exchange.language)

    def _without_flow(self, exchange: Exchange, *, may_begin: bool) -> Reply:
        if knowing.declined(exchange):
            return handed_over(exchange, "not_sure")
        ways: list[Callable[[Exchange], Reply | None]] = [knowing.chosen, _small_talk]
        ways += [self._begun, self._known] if may_begin else [self._known]
        for way in ways:
            reply = way(exchange)
            if reply:
                return reply
        return handed_over(exchange, "not_sure")

    def _begun(self, exchange: Exchange) -> Reply | None:
        flows = self._desk.flows(exchange.dialogue, exchange.finder.encoder)
        # What guardrails mask in it, a slot may need.
        step = flows.begin(exchange.question.text, exchange.language) if flows else None
        return _flow_reply(exchange, step) if step else None

    def _known(self, exchange: Exchange) -> Reply | None:
        """Answer from the knowledge, with products where they are wished for, or by asking back."""
        decision, standalone = knowing.known(exchange)
        if decision.action != "answer":
            wish = wish_in(exchange.text, exchange.language)
            reply = self._products(exchange, wish) if wish else None
            if reply:
                return reply
        return knowing.reply_to(exchange, decision, standalone)

    def _products(self, exchange: Exchange, wish: Wish) -> Reply | None:
        """Show what is wished for, or none where nothing is like it."""
        said = phrase("products", exchange.language)
        try:
            selection = self._desk.shelf.search(wish.about) if wish.about else NOTHING
            if wish.is_open and not selection.items:
                said = phrase("recommended", exchange.language)
                selection = self._desk.shelf.recommend(exchange.shopper)
        except (Unavailable, Warming) as error:
            logger.warning("no products in a dialogue", reason=str(error))
            return None
        if not selection.items:
            return None
        return Reply(action="answer", topic="products", text=said, selection=selection)

    def _worded(self, exchange: Exchange, reply: Reply) -> Reply:
        """Let a generator word an answer, where there is one and it may."""
        rewording = self._desk.rewording
        if rewording is None or not exchange.question.may_be_reworded or not reply.citations:
            return reply
        if reply.answer_language != exchange.language:
            return reply  # what is in another language could not be checked
        return rewording.reword(exchange, reply)

    def _remember(self, exchange: Exchange, answer: Answer, degraded: list[str]) -> None:
        """Keep the turn, and the question where it found no answer."""
        reply = answer.reply
        # The choices of a flow are its own, and not entries to pick from.
        choices = () if reply.flow else reply.choices
        turn = Turn(
            answer_id=answer.answer_id,
            at=exchange.now,
            question=exchange.text,
            action=reply.action,
            confidence=reply.confidence,
            entry_id=reply.citations[0].entry.entry_id if reply.citations else "",
            topic=reply.topic,
            answer=reply.text[:KEPT_CHARACTERS],
            language=answer.language,
            standalone=reply.standalone,
            choices=tuple(choice.value for choice in choices),
            flow=reply.flow,
        )
        try:
            self._conversations.append(answer.conversation_id, turn, exchange.question.owner)
        except Unavailable as error:
            logger.warning("turn not kept", reason=str(error))
            if "conversation" not in degraded:
                degraded.append("conversation")
        if reply.topic == "knowledge" and reply.action != "answer":
            self._keep_open(turn)

    def _keep_open(self, turn: Turn) -> None:
        """Keep a question that found no answer, so that the shop can learn one."""
        text = turn.standalone or turn.question
        found = OpenQuestion(turn.answer_id, turn.at, text, turn.language, "unanswered")
        try:
            self._questions.put(found)
        except Unavailable as error:
            logger.warning("open question not kept", reason=str(error))


def _small_talk(exchange: Exchange) -> Reply | None:
    """Return a courtesy for a courtesy; the end of a conversation is one too."""
    text, language = exchange.question.text, exchange.language
    is_over = ends_conversation(text)
    kind = "goodbye" if is_over else recognise(text, language)
    if kind is None:
        return None
    said = small_talk_reply(kind, exchange.dialogue, language)
    return Reply(action="answer", topic="small_talk", text=said, is_over=is_over)


def _flow_reply(exchange: Exchange, step: FlowStep) -> Reply:
    if step.action == "handoff":
        return handed_over(exchange, "call_failed" if step.text else "flow_stuck", step)
    return Reply(
        action="clarify" if step.action == "ask" else "answer",
        topic="flow",
        text=step.text,
        choices=step.choices,
        flow=step.state,
    )
