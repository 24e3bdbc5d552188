import "#adapters/channels/poslog";
