"""How the shop of the story reaches the platform, by each channel."""

from simulator.client import connection

from .plan import CHANNEL, ENDS, MODULE, RIGHT_ENGAGEMENT, SALES
from .words import say


class Roads:
    """Connections, and what the simulated bodies are told to do."""

    def connect(self):
        """Open the connection of the channel that this story takes."""
        connection = getattr(self, f"connect_{CHANNEL}")()
        self.company.l10n_fr_chorus_channel = CHANNEL
        connection.action_test()
        say(f"Connexion : {connection.test_result}")
        self.worker.cr.commit()

    def connect_dilifac(self):
        """A mailbox whose key is compared once; the API tells the directory."""
        self.connect_piste()
        there = self.platform.open_mailbox(alone=True)
        connection = self.worker["l10n_fr_chorus.connection"].create(
            {
                "company_id": self.company.id,
                "channel": "dilifac",
                "environment": "qualification",
                "profile_id": self.worker.ref(f"{MODULE}.profile_eancom").id,
                **{name: there[name] for name in ("host", "port", "login", "password")},
            }
        )
        connection.action_test()
        say(f"Clé du serveur à comparer : {connection.offered_fingerprint}")
        connection.action_confirm_key()
        return connection

    def connect_approved(self):
        """An approved platform: nothing else is connected, the directory is its own."""
        url = f"{self.platform.url}/pa"
        return self.worker["l10n_fr_chorus.connection"].create(
            {
                "company_id": self.company.id,
                "channel": "approved",
                "environment": "qualification",
                "approved_id": self.worker.ref(f"{MODULE}.approved_standard").id,
                "flow_url": f"{url}/flow/v1",
                "directory_url": f"{url}/directory/v1",
                "token_url": f"{url}/oauth/token",
                "client_id": "bookshop",
                "client_secret": "secret",
            }
        )

    def connect_piste(self):
        """The qualification connection to the simulated platform."""
        values = connection(self.platform.url, self.company.company_registry)
        return self.worker["l10n_fr_chorus.connection"].create(
            {"company_id": self.company.id, **values}
        )

    def plan(self):
        """Tell the simulated bodies what they will do with each invoice."""
        for index, (customer, service, engagement, usual, reason) in enumerate(SALES):
            end = ENDS.get(usual, usual)
            steps = [{"status": "SERVICE_FAIT", "after": 1}]
            if end in ("EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION", "SERVICE_FAIT"):
                steps = []
            if end == "COMPLETEE":
                steps = [{"status": "SUSPENDUE", "after": 1, "reason": "LIVR_INCOMP"}]
            if end != "MISE_A_DISPOSITION":
                steps.append({"status": end, "after": 2 + index / 100})
            if reason:
                steps[-1]["reason"] = reason
            match = {"recipient": self.ref(customer).company_registry}
            if service:
                match["service"] = service
            if engagement:
                match["engagement"] = engagement
            self.platform.plan(steps, **match)
        paid = {"status": "MISE_EN_PAIEMENT", "after": 3}
        self.platform.plan([paid], engagement=RIGHT_ENGAGEMENT)
