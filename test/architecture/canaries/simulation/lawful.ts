import "#hub";
import "#sample";
