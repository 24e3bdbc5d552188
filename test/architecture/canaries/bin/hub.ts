import "#cli";
import "#hub";
