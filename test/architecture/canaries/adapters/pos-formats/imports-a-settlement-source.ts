import "#adapters/settlements/adyen";
