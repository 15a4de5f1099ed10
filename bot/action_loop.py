"""What happens between a message that is understood and its answer: actions are predicted and run, one after the other.

As in Rasa, without what it does anew for each action: looking for slots in the message (here actions alone set slots), making
all actions to choose one, copying everything for a debug line that is not written.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, List, Optional, Tuple

from rasa.core.actions.action import Action, RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.exceptions import ActionLimitReached
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from bot.in_process_actions import InProcessAction, InProcessActions
from bot.metrics import stage
from bot.rule_memory import RuleMemory


class ActionLoop(MessageProcessor):
    """The part of a message processor that predicts and runs actions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Load the model (see parent class)."""
        super().__init__(*args, **kwargs)
        self._rules = RuleMemory(partial(MessageProcessor._predict_next_with_tracker, self))
        self._actions: Dict[str, Action] = {}

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        """``tracker`` as it is: no slot of the domain is filled from the message alone (see parent class)."""
        return tracker

    async def _run_prediction_loop(self, output_channel: OutputChannel, tracker: DialogueStateTracker) -> None:
        with stage("act"):
            await super()._run_prediction_loop(output_channel, tracker)

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> Tuple[Action, PolicyPrediction]:
        """The next action (see parent class).

        Raises:
            ActionLimitReached: the turn has had all the actions that one may have.
        """
        if self.is_action_limit_reached(tracker, self.should_predict_another_action(tracker.latest_action_name or "")):
            raise ActionLimitReached("The limit of actions to predict has been reached.")
        prediction = self._predict_next_with_tracker(tracker)
        return self._get_action(self.domain.action_names_or_texts[prediction.max_confidence_index]), prediction

    def _predict_next_with_tracker(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        if tracker.followup_action is not None:  # what an action has said comes next is taken off the tracker itself
            return super()._predict_next_with_tracker(tracker)
        return self._rules.predict(tracker)

    def _get_action(self, action_name: str) -> Action:
        """The action of that name: one for all turns, for it keeps nothing between two."""
        if action_name not in self._actions:
            action = super()._get_action(action_name)
            if isinstance(action, RemoteAction) and isinstance(self.action_endpoint, InProcessActions):
                action = InProcessAction(action_name, self.action_endpoint)
            self._actions[action_name] = action
        return self._actions[action_name]

    def _log_action_on_tracker(
        self, tracker: DialogueStateTracker, action: Action, events: Optional[List[Event]], prediction: PolicyPrediction
    ) -> None:
        tracker.update_with_events(prediction.events, self.domain)
        tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events or [], self.domain)

    @staticmethod
    def _log_slots(tracker: DialogueStateTracker) -> None:
        """Say nothing of slots (see parent class): they hold what users said."""
