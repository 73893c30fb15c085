export function mountEditor() { return () => false; }
