"""Cover and swaps: who could come instead, who is asked, who exchanges."""
