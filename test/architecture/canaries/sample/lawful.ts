import "#hub";
import "#domain/money";
