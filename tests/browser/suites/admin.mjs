export async function admin() {}
